/** Sees what is sent to devices; holds it, and lets it go later. */
export class KeyGate {
  /** What went through, as it stands on the wire. */
  readonly bodies: string[] = [];
  #held: (() => Promise<Response>)[] | null = null;

  pass(url: string, init: RequestInit | undefined, request: () => Promise<Response>): Promise<Response> {
    if (!url.includes('/sendToDevice/m.room.encrypted/')) return request();
    this.bodies.push(String(init?.body));
    if (this.#held === null) return request();
    this.#held.push(request);
    return Promise.resolve(new Response('{}', { headers: { 'content-type': 'application/json' } }));
  }

  close(): () => Promise<void> {
    this.#held = [];
    return async () => {
      const held = this.#held ?? [];
      this.#held = null;
      for (const request of held) await request();
    };
  }
}
