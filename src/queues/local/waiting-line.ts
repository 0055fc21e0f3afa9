export interface WaitingLine<T> {
  push(one: T): void;
  shift(): T | undefined;
}

/** First come, first served. Taking from the front costs the same however many wait (`Array.shift` moves all of them). */
export function waitingLine<T>(): WaitingLine<T> {
  let arriving: T[] = [];
  let leaving: T[] = [];
  return {
    push(one) {
      arriving.push(one);
    },
    shift() {
      if (leaving.length === 0) {
        leaving = arriving.reverse();
        arriving = [];
      }
      return leaving.pop();
    },
  };
}
