declare module 'kill-port' {
  /** Kills the processes that listen on a port, with signal 9. @throws Error when lsof finds none */
  export default function killPort(port: number): Promise<unknown>
}
