import { parse } from 'yaml';
import { type ScriptedModel, startScriptedModel } from '../../fakes/scripted-model/server.ts';
import { freePorts } from './child.ts';
import { ExternalSynapse } from './external-synapse.ts';
import type { Session } from './matrix-http.ts';
import { type ParleyOptions, ParleyProcess } from './parley-process.ts';
import { newPerson, signIn, withoutLimits } from './people.ts';
import type { Person } from './person.ts';
import { newSecretPerson, SecretPerson } from './secret-person.ts';
import { newTimeTraveller, type TimeTraveller, timeTravellers } from './time-traveller.ts';
import { type AgentIds, agentIds } from './world.ts';

const serverName = 'parley.test';
const ownerPassword = 'a password of the owner';

export interface ExternalOptions extends Omit<ParleyOptions, 'modelUrl' | 'config'> {
  /** What differs from the defaults of `config/parley.yaml`; may need to know where the model is, without `/v1`. */
  readonly config?: object | ((modelUrl: string) => object);
}

/** Parley at a homeserver which somebody else runs: each of the two may end or die without the other. */
export class ExternalWorld {
  readonly model: ScriptedModel;
  readonly parley: ParleyProcess;
  readonly synapse: ExternalSynapse;
  readonly owner: Person;
  readonly agents: AgentIds = agentIds(serverName);
  readonly #admin: Session;
  readonly #people: { stop(): void }[] = [];

  private constructor(parts: { model: ScriptedModel; parley: ParleyProcess; synapse: ExternalSynapse }, who: Who) {
    this.model = parts.model;
    this.parley = parts.parley;
    this.synapse = parts.synapse;
    this.owner = who.owner;
    this.#admin = who.admin;
  }

  /** Brings up the homeserver with Parley's registration. Parley itself is not started yet. */
  static async prepare({ config: given, ...more }: ExternalOptions = {}): Promise<ExternalWorld> {
    const [port = 0] = await freePorts(1);
    const model = await startScriptedModel();
    const config = typeof given === 'function' ? given(model.url) : given;
    const options = { ...more, ...(config === undefined ? {} : { config }) };
    const env = { ...homeserverEnvironment(port), ...options.env };
    const asking = await ParleyProcess.prepare({ ...options, env });
    const registration = await printedRegistration(asking);
    const registrations = [registration, timeTravellers];
    const synapse = await ExternalSynapse.start({ port, serverName, registrations });
    const parley = asking.with({ ...options, modelUrl: model.url, env });
    const admin = await synapse.admin('admin', 'a password of the admin');
    await synapse.admin('mara', ownerPassword);
    const userId = `@mara:${serverName}`;
    await withoutLimits(admin, userId);
    const owner = await signIn({ homeserver: synapse.url, userId, password: ownerPassword });
    return new ExternalWorld({ model, parley, synapse }, { owner, admin });
  }

  async newPerson(name: string): Promise<Person> {
    const person = await newPerson(this.#admin, name);
    this.#people.push(person);
    return person;
  }

  /** A new person whose client encrypts. */
  async newSecretPerson(name: string): Promise<SecretPerson> {
    const person = await newSecretPerson(this.#admin, name);
    this.#people.push(person);
    return person;
  }

  /** The owner, with one more client, which encrypts. */
  async secretOwner(): Promise<SecretPerson> {
    const person = await SecretPerson.signIn(this.owner, ownerPassword);
    this.#people.push(person);
    return person;
  }

  /** Somebody whose messages may have been sent in the past. */
  async newTimeTraveller(): Promise<TimeTraveller> {
    const traveller = await newTimeTraveller(this.synapse);
    this.#people.push(traveller);
    return traveller;
  }

  async stop(): Promise<void> {
    for (const person of [...this.#people, this.owner]) person.stop();
    await this.parley.dispose();
    await this.synapse.stop();
    await this.model.close();
  }
}

interface Who {
  readonly owner: Person;
  readonly admin: Session;
}

/** What `parley registration` prints, without what stands around the YAML. */
export async function printedRegistration(parley: ParleyProcess): Promise<string> {
  const { code, output } = await parley.run(['registration']);
  if (code !== 0) throw new Error(`parley registration ended with ${code}:\n${output}`);
  const registration: unknown = parse(output);
  if (typeof registration !== 'object' || registration === null || !('as_token' in registration)) {
    throw new Error(`parley registration printed no registration:\n${output}`);
  }
  return output;
}

function homeserverEnvironment(port: number): Record<string, string> {
  return {
    MATRIX_HOMESERVER_URL: `http://127.0.0.1:${port}`,
    MATRIX_SERVER_NAME: serverName,
    MATRIX_OWNER: `@mara:${serverName}`,
  };
}
