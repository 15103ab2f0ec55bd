// What a test of the deployment files may say.
export { containerOf, copies, device, hears, write } from './chat.ts'
export { type Service, readCompose } from './compose.ts'
export { eventually } from './eventually.ts'
export { fieldsOf, textOf, textsOf } from './fields.ts'
export { type Image, buildImage } from './image.ts'
export { Process } from './process.ts'
export type { Router } from './router.ts'
export { Site } from './site.ts'
