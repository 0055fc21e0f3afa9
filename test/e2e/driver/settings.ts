/** The scripted model with time limits that suit a test: what takes a minute in life takes seconds here. */
export function impatientModel(url: string) {
  return {
    models: [
      {
        id: 'scripted',
        name: 'Scripted',
        type: 'openai_compatible',
        model: 'scripted',
        baseUrl: `${url}/v1`,
        apiKey: 'a-key-that-nobody-may-see',
        firstTokenSeconds: 3,
        stallSeconds: 2,
      },
    ],
  };
}

/** The scripted model as one that can call tools. */
export function toolModel(url: string) {
  const [model] = impatientModel(url).models;
  return { models: [{ ...model, capabilities: ['text', 'chat', 'tools'], firstTokenSeconds: 30, stallSeconds: 30 }] };
}
