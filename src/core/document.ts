/** What every stored document has. Times are milliseconds since 1970 (UTC). */
export interface Document<Id extends string = string> {
  readonly _id: Id;
  /** Raised by one with every change; a change against another version than the stored one is refused. */
  readonly version: number;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly tenant: string;
}

/** A document before the store has stamped it. */
export type Draft<D extends Document> = D extends Document
  ? Omit<D, 'version' | 'createdAt' | 'updatedAt' | 'tenant'> & { readonly tenant?: string }
  : never;
