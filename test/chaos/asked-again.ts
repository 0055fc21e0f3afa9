import { parseDirective } from '../fakes/scripted-model/directive.ts';
import { scriptFor } from '../fakes/scripted-model/script.ts';
import type { ModelRequest, Rule } from '../fakes/scripted-model/server.ts';

/** A model that gives its answer at once where the same agent asks for the same once more: whoever takes over is done before the first one. */
export const quickWhenAskedAgain =
  (requests: readonly ModelRequest[]): Rule =>
  ({ text, agent, body }) => {
    const directive = parseDirective(text);
    const times = requests.filter(request => request.text === text && request.agent === agent).length;
    if (directive.kind !== 'slow' || times < 2) return undefined;
    const script = scriptFor(
      directive,
      { request: body, text, delayMs: 0 },
      { failedOnce: new Set(), healed: new Set() },
    );
    return { ...script, delayMs: 0 };
  };
