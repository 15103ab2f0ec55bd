declare module 'kill-port' {
  /** Kills whoever listens on a port, with signal 9. @throws Error when lsof sees nobody there */
  export default function killPort(port: number): Promise<unknown>
}
