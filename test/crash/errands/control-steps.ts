/** The steps at which the control run is killed; `begin-again.ts` puts them into Parley. */
export const controlSteps = ['control.once.done:1', 'control.posted:1'];
