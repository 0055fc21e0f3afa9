import { createServer, type IncomingMessage } from 'node:http';
import { createClient, EventType, type MatrixClient, MsgType } from 'matrix-js-sdk';
import OpenAI from 'openai';

/**
 * The least that answers: an application service that asks the model for each message and sends what it says. It stores nothing, keeps
 * no order, shows no typing, and answers every message of everybody else. What Parley costs more than this is what Parley costs. With `SERIAL` it
 * takes one after the other, as the simplest of bots does.
 */
const { HOMESERVER = '', AS_TOKEN = '', USER_ID = '', MODEL_URL = '', PORT = '0', SERIAL = '' } = process.env;
const ignore = (): void => undefined;
const logger = { trace: ignore, debug: ignore, info: ignore, warn: ignore, error: ignore, getChild: () => logger };

const matrix: MatrixClient = createClient({
  baseUrl: HOMESERVER,
  accessToken: AS_TOKEN,
  userId: USER_ID,
  queryParams: { user_id: USER_ID },
  logger,
});
const model = new OpenAI({ baseURL: `${MODEL_URL}/v1`, apiKey: 'test' });

interface RoomEvent {
  readonly type: string;
  readonly room_id: string;
  readonly sender: string;
  readonly state_key?: string;
  readonly content: { readonly body?: string; readonly membership?: string };
}

async function answer(event: RoomEvent): Promise<void> {
  const messages = [
    { role: 'system' as const, content: 'You are Bare. Answer the person.' },
    { role: 'user' as const, content: event.content.body ?? '' },
  ];
  const stream = await model.chat.completions.create({ model: 'scripted', messages, stream: true });
  let body = '';
  for await (const chunk of stream) body += chunk.choices[0]?.delta.content ?? '';
  await matrix.sendEvent(event.room_id, EventType.RoomMessage, { msgtype: MsgType.Text, body });
}

async function take(event: RoomEvent): Promise<void> {
  const invited = event.type === 'm.room.member' && event.content.membership === 'invite';
  if (invited && event.state_key === USER_ID) await matrix.joinRoom(event.room_id);
  if (event.type === 'm.room.message' && event.sender !== USER_ID) await answer(event);
}

let line: Promise<void> = Promise.resolve();

async function textOf(request: IncomingMessage): Promise<string> {
  return Buffer.concat(await request.toArray()).toString('utf8');
}

createServer((request, response) => {
  void textOf(request).then(text => {
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    const { events = [] } = JSON.parse(text || '{}') as { events?: RoomEvent[] };
    for (const event of events) {
      const taken = SERIAL === '' ? take(event) : line.then(() => take(event));
      line = taken.catch(error => console.error(error));
    }
  });
}).listen(Number(PORT), '127.0.0.1', () => console.log('ready'));
