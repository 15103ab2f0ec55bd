// Running a step in a terminal: what `npm run step`, `solution` and `stop` are made of.
export { type RunOptions, runInstances } from './run.ts'
export { stopEverything } from './stop.ts'
export { type Wanted, readWords } from './words.ts'
export type { Audience } from './audience.ts'
export type { Post } from './post.ts'
export { StepRun, findRunRedis, lost } from './step-run.ts'
export { watchFolder } from './watch.ts'
export { WayOut } from './way-out.ts'
