export { CompileError, compile } from './compile.ts'
export {
  type Address,
  type Exit,
  Instance,
  type InstanceOptions,
  startInstance,
  stopAll,
} from './instance.ts'
export type { OutputLine } from './output.ts'
export { register, unregister } from './reap.ts'
