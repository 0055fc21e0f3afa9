import { type ChatId, externalIdOf } from '../../src/core/ids.ts';
import type { MatrixNames } from './names.ts';

/** https://spec.matrix.org/latest/appendices/#matrixto-navigation */
export const linkTo = (chat: ChatId, { serverName }: MatrixNames): string =>
  `https://matrix.to/#/${encodeURIComponent(externalIdOf(chat))}?via=${encodeURIComponent(serverName)}`;
