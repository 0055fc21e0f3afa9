/** What a person needs to know to begin. */
export interface Ready {
  /** As clients reach it: `http://localhost:8008`. */
  readonly homeserver: string;
  /** The homeserver's name, the part after the colon in ids. */
  readonly serverName: string;
  /** The person's user id; null on a homeserver where people have accounts already. */
  readonly account: string | null;
  /** Null where the account is not ours. */
  readonly password: string | null;
  readonly rooms: readonly { readonly name: string; readonly id: string }[];
  readonly agents: readonly { readonly name: string; readonly id: string }[];
  /** Who answers commands and keeps order, and is nobody to talk with. */
  readonly orchestrator: { readonly name: string; readonly id: string } | null;
  readonly model: {
    /** `gpt-5-mini at api.openai.com`. */
    readonly name: string;
    readonly isDemo: boolean;
    /** Whether it answers; else `name` says what is wrong and what to do. */
    readonly ok: boolean;
  };
  /** Of what may be several processes, which part this one has; null where it is the only one. */
  readonly part: Part | null;
  /** Since the start. */
  readonly tookMs: number;
}

interface Part {
  readonly role: 'bridge' | 'worker' | 'all';
  /** Where `npx parley status` asks how it is; null where nobody can. */
  readonly watchedAt: string | null;
}

type Fact = (name: string, value: string) => string;
type Paint = (style: 'bold' | 'dim' | 'cyan', text: string) => string;

/** The lines that `npx parley up` ends its start with. Pure. */
export function readyLines(ready: Ready, paint: Paint): string[] {
  const fact = (name: string, value: string) => `  ${name.padEnd(12)}${value}`;
  const link = (id: string) => paint('cyan', matrixTo(id, ready.serverName));
  return [
    '',
    `${paint('bold', 'Parley is ready')}${paint('dim', ` (${(ready.tookMs / 1000).toFixed(1)} s)`)}`,
    '',
    ...(ready.part === null ? [] : [fact('Process', parts[ready.part.role])]),
    fact('Homeserver', ready.homeserver),
    ...(ready.account === null || !greets(ready) ? [] : [fact('Account', ready.account)]),
    ...(ready.password === null || !greets(ready) ? [] : [fact('Password', ready.password)]),
    ...ready.rooms.map((room, index) => fact(index === 0 ? 'Rooms' : '', `${room.name}  ${link(room.id)}`)),
    ...ready.agents.map((agent, index) => fact(index === 0 ? 'Agents' : '', `${agent.name}  ${link(agent.id)}`)),
    ...orchestratorLines(ready, fact, link),
    ...modelLines(ready.model, fact),
    ...watchLines(ready, fact),
    '',
    ...(greets(ready) ? [...clientLines(ready), ''] : []),
    ready.part === null
      ? '  Ctrl-C stops Parley and all that it started.'
      : '  Ctrl-C stops this process; the others go on.',
    '',
  ];
}

const parts: Readonly<Record<Part['role'], string>> = {
  bridge: 'bridge: it takes in what happens; workers decide and answer',
  worker: 'worker: it decides and answers; a bridge takes in what happens',
  all: 'all: it takes in what happens, decides and answers',
};

/** Whoever starts one of a team's processes knows how to sign in. */
const greets = ({ part }: Ready): boolean => part === null || part.role === 'all';

function watchLines({ part }: Ready, fact: Fact): string[] {
  return part?.watchedAt ? [fact('Watch', `npx parley status --url ${part.watchedAt}`)] : [];
}

function orchestratorLines({ orchestrator }: Ready, fact: Fact, link: (id: string) => string): string[] {
  return orchestrator === null ? [] : [fact('Commands', `${orchestrator.name}  ${link(orchestrator.id)}`)];
}

function modelLines({ name, isDemo, ok }: Ready['model'], fact: Fact): string[] {
  if (!ok)
    return [
      fact('Model', `⚠ ${name}`),
      fact('', 'Until then agents can’t answer. npx parley check tells whether it works.'),
    ];
  if (!isDemo) return [fact('Model', name)];
  return [
    fact('Model', 'the demo model, which shows what rooms can do but knows nothing'),
    fact('', 'For a real one, set OPENAI_API_KEY (and OPENAI_BASE_URL, PARLEY_MODEL for others) in .env, or'),
    fact('', 'start Ollama, and start Parley again. More: docs/how-to/add-a-model.md'),
  ];
}

/** Browsers let a page of https read http only from this very machine. */
function clientLines({ homeserver, account }: Ready): string[] {
  const signIn = account === null ? 'with your account' : `as ${localpart(account)}`;
  if (homeserver.startsWith('https:')) {
    return [`  In Element: Sign in → Edit (homeserver) → ${homeserver}, and sign in ${signIn}.`];
  }
  return [
    `  In Element Desktop, or an Element Web of your own over http: Sign in → Edit (homeserver) → ${homeserver},`,
    `  and sign in ${signIn}. app.element.io reaches it too from a browser on this machine; phones and other machines`,
    '  need a homeserver with https.',
  ];
}

function localpart(userId: string): string {
  return userId.slice(1).split(':')[0] ?? userId;
}

/** https://spec.matrix.org/latest/appendices/#matrixto-navigation */
function matrixTo(id: string, serverName: string): string {
  const via = id.startsWith('!') ? `?via=${encodeURIComponent(serverName)}` : '';
  return `https://matrix.to/#/${encodeURIComponent(id)}${via}`;
}
