import { type ClusterProxy, type Recording, startClusterProxy } from '../proxy/index.ts'
import type { RedisCluster } from '../redis/index.ts'
import { TestCluster } from './test-cluster.ts'
import { WebTestBed } from './web-test-bed.ts'

/** What a check has around apps whose Redis is a cluster. */
export abstract class ClusterTestBed extends WebTestBed {
  abstract readonly recording: Recording
  private readonly clusterProxies: ClusterProxy[] = []
  private cluster: Promise<RedisCluster> | undefined
  private onEnd = () => {}

  /**
   * @param signal ends every wait
   * @param sharedCluster the cluster that goals of the same check share
   */
  constructor(
    signal: AbortSignal,
    protected readonly sharedCluster = new TestCluster(),
  ) {
    super(signal)
  }

  /**
   * The Redis Cluster that the goals of a check share.
   *
   * @param alone when the goal kills a node: no other goal runs at the same time
   */
  useCluster({ alone = false } = {}): Promise<RedisCluster> {
    if (!this.cluster) {
      const ended = new Promise<void>((resolve) => (this.onEnd = resolve))
      this.cluster = this.sharedCluster.use(ended, alone)
    }
    return this.cluster
  }

  /** Kills a node of the cluster. Its address refuses connections, for all apps. */
  async killNode(port: number): Promise<void> {
    await (await this.useCluster()).kill(port)
    await Promise.all(this.clusterProxies.map(({ nodes }) => nodes.get(port)?.disable()))
  }

  /** The proxies between an app and the cluster. */
  protected async openClusterProxy(instance: string): Promise<ClusterProxy> {
    const { nodes } = await this.useCluster()
    const ports = nodes.map(({ port }) => port)
    const proxy = await startClusterProxy(instance, this.recording, ports)
    this.clusterProxies.push(proxy)
    return proxy
  }

  /** Nothing of this goal uses the cluster any more. */
  protected releaseCluster(): void {
    this.onEnd()
  }
}
