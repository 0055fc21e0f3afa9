import { type ScriptedModel, startScriptedModel } from '../../fakes/scripted-model/server.ts';
import { type Credentials, type ParleyOptions, ParleyProcess } from './parley-process.ts';
import { newPerson, signIn, withoutLimits } from './people.ts';
import type { Person } from './person.ts';

export interface RoomOptions {
  readonly others?: readonly Person[];
  readonly [more: string]: unknown;
}

export interface AgentIds {
  readonly ada: string;
  readonly bruno: string;
  readonly clara: string;
  readonly parley: string;
}

/** A running Parley, its scripted model, and the person whose account it made. */
export class World {
  readonly model: ScriptedModel;
  readonly parley: ParleyProcess;
  readonly credentials: Credentials;
  readonly owner: Person;
  readonly agents: AgentIds;
  readonly #people: Person[] = [];

  private constructor(model: ScriptedModel, parley: ParleyProcess, owner: Person) {
    this.model = model;
    this.parley = parley;
    this.owner = owner;
    this.credentials = parley.credentials;
    this.agents = agentIds(this.credentials.serverName);
  }

  static async start(optionsFor: (modelUrl: string) => ParleyOptions = modelUrl => ({ modelUrl })): Promise<World> {
    const model = await startScriptedModel();
    const parley = await ParleyProcess.prepare(optionsFor(model.url));
    try {
      await parley.start();
      const owner = await signIn(parley.credentials);
      await withoutLimits(owner.session, owner.id);
      return new World(model, parley, owner);
    } catch (error) {
      await parley.dispose();
      await model.close();
      throw error;
    }
  }

  async newPerson(name: string): Promise<Person> {
    const person = await newPerson(this.owner.session, name);
    this.#people.push(person);
    return person;
  }

  /** The owner's room Lobby, joined. */
  async lobby(): Promise<string> {
    await enter(this.owner, this.credentials.lobby);
    return this.credentials.lobby;
  }

  /** The owner's own dialogue with an agent, joined. */
  async ownersDialogue(agent: string): Promise<string> {
    const room = await this.owner.watch.until(`a dialogue with ${agent}`, () => findDialogue(this.owner, agent));
    await enter(this.owner, room);
    return room;
  }

  /** A new dialogue of a person with an agent, after its introduction. */
  dialogue(person: Person, agent: string): Promise<string> {
    return this.room(person, [agent], { is_direct: true, preset: 'trusted_private_chat' });
  }

  /** A new room of a person with several agents, after their introductions, and with others who have joined. */
  async room(person: Person, agents: readonly string[], more: RoomOptions = {}): Promise<string> {
    const { others = [], ...body } = more;
    const invite = [...agents, ...others.map(other => other.id)];
    const room = await person.createRoom({ name: 'A room', invite, ...body });
    await Promise.all(others.map(other => enter(other, room)));
    await Promise.all(agents.map(agent => introduction(person, room, agent)));
    return room;
  }

  async stop(): Promise<void> {
    for (const person of [...this.#people, this.owner]) person.stop();
    await this.parley.dispose();
    await this.model.close();
  }
}

export function agentIds(serverName: string): AgentIds {
  return {
    ada: `@agent-ada:${serverName}`,
    bruno: `@agent-bruno:${serverName}`,
    clara: `@agent-clara:${serverName}`,
    parley: `@parley:${serverName}`,
  };
}

/** Takes an invitation, where the person is not in the room yet. */
export async function enter(person: Person, room: string): Promise<void> {
  await person.watch.until(`an invitation to ${room}`, () => inRoom(person, room) || person.watch.invites.get(room));
  if (!inRoom(person, room)) await person.join(room);
}

/** The first thing that an agent says in a room. */
export function introduction(person: Person, room: string, agent: string) {
  return person.waitForMessage(room, message => message.sender === agent);
}

function inRoom(person: Person, room: string): true | undefined {
  return person.watch.rooms.get(room)?.membership(person.id) === 'join' ? true : undefined;
}

function findDialogue(person: Person, agent: string): string | undefined {
  const rooms = [...person.watch.rooms].filter(([id, view]) => inRoom(person, id) && isDialogue(view.members(), agent));
  return rooms[0]?.[0] ?? person.watch.directInvites.get(agent);
}

function isDialogue(members: readonly string[], agent: string): boolean {
  return members.length === 2 && members.includes(agent);
}
