// What `npm run test:deploy` needs. Whoever takes the course needs none of this.
export { findNginx } from './find.ts'
