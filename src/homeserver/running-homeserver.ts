/** What a start of the homeserver needs from outside. */
export interface HomeserverOptions {
  /** An existing folder; the homeserver's files go into `homeserver/` in it. */
  readonly dataDir: string;
  readonly env: NodeJS.ProcessEnv;
  /** Where Parley's application service listens, seen from this machine: `http://127.0.0.1:8070`. */
  readonly listenerUrl: string;
  /** The application service registration to install, as YAML. */
  readonly registrationYaml: string;
  readonly preferredPort: number;
  /** Takes lines for the person who waits. */
  readonly progress: (line: string) => void;
  /** Gives up the start. What was begun is ended before the start rejects with the signal's reason. */
  readonly signal: AbortSignal;
}

/** A homeserver that answers. */
export interface RunningHomeserver {
  readonly kind: 'external' | 'docker' | 'python';
  /** Base URL of the client-server API as Parley reaches it, no slash at the end. */
  readonly url: string;
  readonly serverName: string;
  /** One sentence: why this kind was chosen. */
  readonly reason: string;
  /** Addresses besides loopback on which Parley must listen, or else the homeserver can't reach it. Often none. */
  readonly listenOn: readonly string[];
  /**
   * Makes an account that administers the homeserver, or confirms that one of this name is there, whatever its password. Tells
   * whether it was made, and calls `beforeMaking` before it may be. May be repeated. Undefined where the homeserver is somebody else's.
   */
  readonly ensureAccount?: (
    localpart: string,
    password: string,
    beforeMaking?: () => Promise<void>,
  ) => Promise<boolean>;
  /** Ends what the start began or went on with; nothing for an external one. May be repeated, never rejects for what is gone. */
  readonly stop: () => Promise<void>;
  /** Resolves with a plain sentence if the homeserver ends without `stop`; else never. Undefined where Parley can't know. */
  readonly exited?: Promise<string>;
}
