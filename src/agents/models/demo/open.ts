import type { Opening } from '../opening.ts';
import { DemoChatModel } from './demo-chat-model.ts';

/** About as fast as a hosted model. */
const wordDelayMs = 15;

export const openModel = ({ config }: Opening) => new DemoChatModel({ wordDelayMs: config.wordDelayMs ?? wordDelayMs });
