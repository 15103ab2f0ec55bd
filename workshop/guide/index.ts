// The guide: one local page to read, run, watch and check. Everything it does, the engine of the
// command line does.
export { type Guide, openGuide } from './server.ts'
