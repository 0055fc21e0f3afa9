/** As much of IndexedDB as is used here; the project's types are those of Node, which has none. https://www.w3.org/TR/IndexedDB/ */
export interface IdbRequest {
  readonly result: unknown;
  readonly error: unknown;
  readonly transaction: IdbTransaction | null;
  addEventListener(type: string, listen: () => void): void;
}

export interface IdbTransaction {
  readonly mode: string;
  readonly db: IdbDatabase;
  objectStore(name: string): IdbObjectStore;
  addEventListener(type: string, listen: () => void): void;
}

export interface IdbIndex {
  readonly name: string;
  readonly keyPath: string | string[];
  readonly unique: boolean;
  readonly multiEntry: boolean;
}

export interface IdbObjectStore {
  readonly name: string;
  readonly keyPath: string | string[] | null;
  readonly autoIncrement: boolean;
  readonly indexNames: Iterable<string>;
  readonly transaction: IdbTransaction;
  index(name: string): IdbIndex;
  createIndex(name: string, keyPath: string | string[], options: object): unknown;
  put(value: unknown, key?: unknown): IdbRequest;
  getAll(): IdbRequest;
  getAllKeys(range?: unknown): IdbRequest;
}

export interface IdbDatabase {
  readonly name: string;
  readonly version: number;
  readonly objectStoreNames: Iterable<string>;
  transaction(stores: Iterable<string>, mode: string): IdbTransaction;
  createObjectStore(name: string, options: object): IdbObjectStore;
  close(): void;
}

export interface IdbFactory {
  open(name: string, version?: number): IdbRequest;
  deleteDatabase(name: string): IdbRequest;
}

/** What a request brings. */
export function resultOf<T>(request: IdbRequest): Promise<T> {
  return new Promise((resolve, reject) => {
    request.addEventListener('success', () => resolve(request.result as T));
    request.addEventListener('error', () => reject(request.error));
    request.addEventListener('blocked', () => reject(new Error('A database is still open somewhere else.')));
  });
}
