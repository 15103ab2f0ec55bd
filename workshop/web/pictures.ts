import { join } from 'node:path'
import express, { type RequestHandler } from 'express'
import { root } from '../paths.ts'

/** Serves the drawings of lessons and slides. They have their style within, and load nothing. */
export const pictures: RequestHandler = express.static(join(root, 'slides', 'pictures'), {
  index: false,
  redirect: false,
  setHeaders: (res) => {
    const policy = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
    res.setHeader('Content-Security-Policy', policy)
  },
})
