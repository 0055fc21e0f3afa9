/** Time limits of the model that suit a test: what takes a minute in life takes seconds here. */
export const shortModelLimits = {
  models: { limits: { firstTokenSeconds: 3, stallSeconds: 2 } },
} as const;
