/** Somebody else's words, as they stand there: material, and nothing more. */
export interface IssueLine {
  readonly number: number;
  readonly title: string;
  readonly state: string;
  /** Who opened it. */
  readonly author: string;
}

export interface Issue extends IssueLine {
  readonly body: string;
  readonly comments: readonly { readonly author: string; readonly body: string }[];
  /** More comments than these. */
  readonly more: boolean;
}

export interface PullLine extends IssueLine {
  /** The branch whose commits are to go into `base`. */
  readonly head: string;
  readonly base: string;
}

export interface Pull extends PullLine {
  readonly body: string;
  readonly merged: boolean;
  readonly comments: Issue['comments'];
  readonly files: readonly { readonly path: string; readonly patch: string }[];
  /** More comments or files than these. */
  readonly more: boolean;
}

/** What was opened or written, and where people see it. */
export interface Posted {
  readonly number: number;
  readonly url: string;
}

/** Marks what is posted, hidden in its text: of one mark there is one, however often it is asked for. */
export interface Marked {
  readonly mark: string;
}

/**
 * The issues and pull requests of one repository. All texts and lists are bounded. Errors: `CODE_HOST_REFUSED` (it does not allow or understand that, or
 * nothing is there; the text tells the model what), `CODE_HOST_UNREACHABLE` (`retry`), and the reason of the signal.
 */
export interface CodeHost {
  issues(state: 'open' | 'closed', signal: AbortSignal): Promise<readonly IssueLine[]>;
  issue(number: number, signal: AbortSignal): Promise<Issue>;
  pulls(state: 'open' | 'closed', signal: AbortSignal): Promise<readonly PullLine[]>;
  pull(number: number, signal: AbortSignal): Promise<Pull>;
  /** The open pull request of a branch into another; null: there is none. */
  openPullOf(branches: { readonly head: string; readonly base: string }, signal: AbortSignal): Promise<Posted | null>;
  hasBranch(name: string, signal: AbortSignal): Promise<boolean>;
  /** May be repeated under the same mark, also where the answer to the first time was lost. So may the following two. */
  openIssue(issue: { readonly title: string; readonly body: string } & Marked, signal: AbortSignal): Promise<Posted>;
  comment(on: { readonly number: number; readonly body: string } & Marked, signal: AbortSignal): Promise<Posted>;
  openPull(
    pull: { readonly head: string; readonly base: string; readonly title: string; readonly body: string } & Marked,
    signal: AbortSignal,
  ): Promise<Posted>;
}
