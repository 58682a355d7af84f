interface Entry<Item> {
  item: Item;
  resolve(): void;
  reject(error: unknown): void;
}

interface Way<Item> {
  /** All of them or none. */
  write(items: Item[]): Promise<void>;
  /** Whether a batch takes no further item. */
  isFull(items: readonly Item[]): boolean;
  /** Whether an error may be about one item of several, so that each is to be tried by itself. */
  isOfOneItem(error: unknown): boolean;
  /** Milliseconds after which a write that is still under way holds up no further one: its connection may be dead. */
  longestWaitMs: number;
}

/**
 * Writes that would wait for each other, made together: what comes in under a name while a write under that name is
 * under way shares the next one. A write that finds none under way starts at once: nothing waits for company.
 */
export class InBatches<Item> {
  /** By name, while a write under it is under way: what comes after it. */
  private readonly queues = new Map<string, Entry<Item>[]>();
  private readonly way: Way<Item>;

  constructor(way: Way<Item>) {
    this.way = way;
  }

  /**
   * Ends when the item is written.
   * @throws whatever `write` throws of it
   */
  add(name: string, item: Item): Promise<void> {
    return new Promise((resolve, reject) => {
      const entry = { item, resolve, reject };
      const queue = this.queues.get(name);
      if (queue) queue.push(entry);
      else void this.writeAll(name, [entry]);
    });
  }

  private async writeAll(name: string, queue: Entry<Item>[]): Promise<void> {
    this.queues.set(name, queue);
    while (queue.length > 0) await this.patiently(this.settle(queue.splice(0, this.lengthOfNext(queue))));
    this.queues.delete(name);
  }

  private lengthOfNext(queue: Entry<Item>[]): number {
    const items: Item[] = [];
    for (const { item } of queue) {
      if (items.length > 0 && this.way.isFull(items)) break;
      items.push(item);
    }
    return items.length;
  }

  private async patiently(settled: Promise<void>): Promise<void> {
    const { promise: longEnough, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, this.way.longestWaitMs);
    await Promise.race([settled, longEnough]);
    clearTimeout(timer);
  }

  private async settle(batch: Entry<Item>[]): Promise<void> {
    try {
      await this.way.write(batch.map(({ item }) => item));
      for (const { resolve } of batch) resolve();
    } catch (error) {
      if (batch.length > 1 && this.way.isOfOneItem(error)) for (const entry of batch) await this.settle([entry]);
      else for (const { reject } of batch) reject(error);
    }
  }
}
