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
