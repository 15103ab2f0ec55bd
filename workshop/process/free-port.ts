import { createServer } from 'node:net'

/**
 * A port of this machine that was free a moment ago.
 *
 * @param port the only one that will do; 0: any
 * @param host the address on which it has to be free; every address when it is missing
 * @throws an error of the system, such as EADDRINUSE, when it is not free
 */
export function findFreePort(port = 0, host?: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject)
    server.listen(port, host, () => {
      const address = server.address()
      const found = typeof address === 'object' && address ? address.port : 0
      server.close(() => resolve(found))
    })
  })
}
