import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseDirective } from './directive.ts';
import { agentName, type ChatRequest, lastText, systemText } from './prompt.ts';
import { type Memory, type Script, scriptFor } from './script.ts';
import { completion, toolPieces, writeChunk, writeEnd, writeFailure, writeJson } from './wire.ts';

/** One call of the model, as it was asked and what became of it. */
export interface ModelRequest {
  readonly body: ChatRequest;
  readonly bytes: number;
  readonly authorization: string;
  /** The agent that the system prompt names. */
  readonly agent: string;
  readonly system: string;
  /** What was said last. */
  readonly text: string;
  /** Everything in the request, to search in. */
  readonly everything: string;
  readonly at: number;
  /** When the last byte was sent, or the client left. */
  endedAt?: number;
  /** When the client closed the connection before the end. */
  abortedAt?: number;
  aborted: boolean;
}

/** Decides on a request before its text does; `undefined` leaves it to the next rule. */
export type Rule = (request: ModelRequest) => Script | undefined;

export interface ScriptedModelOptions {
  readonly rules?: readonly Rule[];
  readonly port?: number;
  /** Where it listens. Default: 127.0.0.1. */
  readonly host?: string;
  /** Between two pieces of an answer. Default: 0, the whole answer at once. */
  readonly delayMs?: number;
}

export interface ScriptedModel {
  /** Without `/v1`. */
  readonly url: string;
  readonly requests: readonly ModelRequest[];
  /** Calls whose last text contains `marker`. */
  asked(marker: string): ModelRequest[];
  /** Adds a rule in front of the others; calling the result takes it away. */
  rule(rule: Rule): () => void;
  /** Ends the failing of `[[fail-until: key]]`. */
  heal(key: string): void;
  /** The next request, or one already there, for which `test` holds. */
  waitFor(test: (request: ModelRequest) => boolean, timeoutMs?: number): Promise<ModelRequest>;
  close(): Promise<void>;
}

export async function startScriptedModel(options: ScriptedModelOptions = {}): Promise<ScriptedModel> {
  const requests: ModelRequest[] = [];
  const rules: Rule[] = [...(options.rules ?? [])];
  const memory: Memory = { failedOnce: new Set(), healed: new Set() };
  const state: State = { requests, rules, memory, delayMs: options.delayMs ?? 0 };
  const server = createServer((request, response) => void serve(state, request, response));
  server.listen(options.port ?? 0, options.host ?? '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    asked: marker => requests.filter(request => request.text.includes(marker)),
    rule: rule => addRule(rules, rule),
    heal: key => void memory.healed.add(key),
    waitFor: (test, timeoutMs = 15_000) => waitForRequest(requests, test, timeoutMs),
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

interface State {
  readonly requests: ModelRequest[];
  readonly rules: readonly Rule[];
  readonly memory: Memory;
  readonly delayMs: number;
}

function addRule(rules: Rule[], rule: Rule): () => void {
  rules.unshift(rule);
  return () => void rules.splice(rules.indexOf(rule), 1);
}

async function waitForRequest(requests: readonly ModelRequest[], test: (request: ModelRequest) => boolean, ms: number) {
  const deadline = Date.now() + ms;
  for (;;) {
    const found = requests.find(test);
    if (found !== undefined) return found;
    if (Date.now() > deadline) throw new Error(`no such model request in ${ms} ms; there were ${requests.length}`);
    await sleep(10);
  }
}

async function serve(state: State, request: IncomingMessage, response: ServerResponse) {
  const path = (request.url ?? '').split('?')[0];
  if (request.method === 'GET' && path === '/v1/models') {
    return writeJson(response, 200, { object: 'list', data: [{ id: 'scripted', object: 'model', owned_by: 'test' }] });
  }
  if (request.method === 'GET' && path === '/requests') return writeJson(response, 200, state.requests);
  if (request.method !== 'POST' || path !== '/v1/chat/completions') {
    return writeJson(response, 404, { error: { message: 'Not found', type: 'invalid_request_error' } });
  }
  const raw = await readBody(request);
  const body = parseBody(raw);
  if (body === undefined) return writeJson(response, 400, { error: { message: 'Malformed JSON' } });
  await answer(state, record(state, request, raw, body), response);
}

async function answer(state: State, call: ModelRequest, response: ServerResponse) {
  response.on('close', () => {
    call.endedAt ??= Date.now();
    if (response.writableFinished) return;
    call.aborted = true;
    call.abortedAt = Date.now();
  });
  const script = chooseScript(state, call);
  if (script instanceof Error) return writeJson(response, 400, { error: { message: script.message } });
  if (script.hang === true) return;
  if (script.failure !== undefined) return writeFailure(response, script.failure);
  const id = `${state.requests.indexOf(call)}`;
  if (call.body.stream === true) await stream(call, id, script, response);
  else await whole(call, id, script, response);
}

function chooseScript(state: State, call: ModelRequest): Script | Error {
  const ruled = state.rules.reduce<Script | undefined>((found, rule) => found ?? rule(call), undefined);
  if (ruled !== undefined) return ruled;
  try {
    const asked = { request: call.body, text: call.text, delayMs: state.delayMs };
    return scriptFor(parseDirective(call.text), asked, state.memory);
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

async function stream(call: ModelRequest, id: string, script: Script, response: ServerResponse) {
  const reply = { id, request: call.body };
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
  writeChunk(response, reply, { role: 'assistant', content: '' });
  for (const piece of script.pieces) {
    if (response.destroyed) return;
    writeChunk(response, reply, { content: piece });
    if (script.delayMs > 0) await sleep(script.delayMs);
  }
  for (const piece of toolPieces(reply, script.tools ?? [])) writeChunk(response, reply, { tool_calls: [piece] });
  if (script.ending === 'stall') return;
  if (script.ending === 'drop') return void setImmediate(() => response.destroy());
  writeChunk(response, reply, {}, script.tools === undefined ? 'stop' : 'tool_calls');
  writeEnd(response, reply, script.pieces.join(''));
}

async function whole(call: ModelRequest, id: string, script: Script, response: ServerResponse) {
  if (script.delayMs > 0) await sleep(script.delayMs * script.pieces.length);
  if (script.ending === 'stall') return;
  if (script.ending === 'drop') return void response.destroy();
  writeJson(response, 200, completion({ id, request: call.body }, script.pieces.join(''), script.tools));
}

function record(state: State, request: IncomingMessage, raw: Buffer, body: ChatRequest): ModelRequest {
  const call: ModelRequest = {
    body,
    bytes: raw.length,
    authorization: request.headers.authorization ?? '',
    agent: agentName(body),
    system: systemText(body),
    text: lastText(body),
    everything: raw.toString('utf8'),
    at: Date.now(),
    aborted: false,
  };
  state.requests.push(call);
  return call;
}

function parseBody(raw: Buffer): ChatRequest | undefined {
  try {
    const body: unknown = JSON.parse(raw.toString('utf8'));
    return typeof body === 'object' && body !== null ? body : undefined;
  } catch {
    return undefined;
  }
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts);
}
