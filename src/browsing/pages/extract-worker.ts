import { parentPort, workerData } from 'node:worker_threads';
import { extract } from './extract.ts';

/** The longest text that is kept of a page, in characters. */
const longest = 1_000_000;

const { html, url } = workerData as { readonly html: string; readonly url: string };
const { title, text } = extract(html, url);
parentPort?.postMessage({ title: title.slice(0, 300), text: text.slice(0, longest), cut: text.length > longest });
