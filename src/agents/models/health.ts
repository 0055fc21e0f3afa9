import type { ModelHealth } from '../../ports/agent-runtime.ts';
import { failureFacts } from '../failures/facts.ts';
import { toFailure } from '../failures/failure.ts';
import { hostOf } from './endpoint.ts';
import { listModels } from './list-models.ts';
import { knownTypes } from './model-types.ts';
import type { ModelSource } from './source.ts';

const limitMs = 5000;

/** Whether a model is there, without asking it anything. Never throws, but when `signal` is aborted. */
export async function healthOf(source: ModelSource, signal: AbortSignal): Promise<ModelHealth> {
  const { config, endpoint } = source;
  const name = config.name;
  if (config.type === 'demo') return well(name, 'demo model: offline, no real answers');
  const where = hostOf(endpoint.baseUrl);
  try {
    const limited = AbortSignal.any([signal, AbortSignal.timeout(limitMs)]);
    const model = await source.modelName(limited);
    const names = await listModels(config.type, endpoint, limited);
    if (isListed(model, names)) return well(name, `${model} at ${where}`);
    const detail = `${where} has no model "${model}"; it has ${some(names)}`;
    return { name, ok: false, detail, remedy: "Change the model's name in config/parley.yaml or in PARLEY_MODEL." };
  } catch (error) {
    signal.throwIfAborted();
    return ofFailure(source, error);
  }
}

async function ofFailure(source: ModelSource, error: unknown): Promise<ModelHealth> {
  const { config, endpoint, secrets } = source;
  const where = hostOf(endpoint.baseUrl);
  const name = config.name;
  const { trouble } = toFailure(error, { modelName: name, secrets, begun: false });
  // A server that lists nothing may answer all the same.
  if (failureFacts(error).status === 404 || failureFacts(error).status === 405) {
    return well(name, `${config.model ?? name} at ${where}, which does not list its models`);
  }
  const { wrong, remedy } = diagnosis(trouble, source);
  return { name, ok: false, detail: `${where}: ${wrong}`, remedy };
}

const well = (name: string, detail: string): ModelHealth => ({ name, ok: true, detail, remedy: null });

interface Diagnosis {
  readonly wrong: string;
  readonly remedy: string;
}

function diagnosis(trouble: string, { config }: ModelSource): Diagnosis {
  const variable = knownTypes[config.type].keyVariable;
  const key = variable === undefined ? 'apiKey in the configuration' : `${variable} or apiKey in the configuration`;
  switch (trouble) {
    case 'key':
      return { wrong: 'the API key is not accepted', remedy: `Check ${key}.` };
    case 'key missing':
      return { wrong: 'there is no API key', remedy: `Set ${key}.` };
    case 'quota':
      return { wrong: 'the quota is used up', remedy: 'Top it up, or choose another model.' };
    case 'rate':
      return { wrong: 'too many requests', remedy: 'Try again in a minute.' };
    case 'model missing':
      return { wrong: 'it lists no model', remedy: 'Load one there, or set the name of the model.' };
    case 'certificate':
      return {
        wrong: 'its certificate is not accepted',
        remedy: 'Give Node the issuer with NODE_EXTRA_CA_CERTS.',
      };
    default:
      return { wrong: 'it does not answer', remedy: 'Start it, or correct its address.' };
  }
}

/** Ollama answers to `llama3.2` as `llama3.2:latest`; providers list a dated name for some aliases, and routers take more than they list. */
function isListed(model: string, names: readonly string[]): boolean {
  return (
    names.length === 0 ||
    names.some(name => name === model || name === `${model}:latest` || name.startsWith(`${model}-`)) ||
    /\/auto$|-latest$/.test(model)
  );
}

function some(names: readonly string[]): string {
  const shown = names.slice(0, 5).join(', ');
  return names.length > 5 ? `${shown} and ${names.length - 5} more` : shown;
}
