import { parseHTML } from 'linkedom';

/** As much of an element as is needed here: the types of browsers are not among those of Parley. */
export interface Element {
  readonly textContent: string;
  innerHTML: string;
  getAttribute(name: string): string | null;
  setAttribute(name: string, value: string): void;
  removeAttribute(name: string): void;
  remove(): void;
  querySelector(selector: string): Element | null;
  querySelectorAll(selector: string): Iterable<Element>;
}

export interface DocumentOf extends Element {
  readonly body: Element | null;
  readonly title: string;
}

/** Reads HTML. Nothing in it is run or loaded. What is only a part of a page becomes the body of one. */
export function documentOf(html: string): DocumentOf {
  const document = parsed(html);
  return document.querySelector('html > body') === null ? parsed(`<html><body>${html}</body></html>`) : document;
}

const parsed = (html: string): DocumentOf => parseHTML(html).document as unknown as DocumentOf;
