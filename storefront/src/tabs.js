// Pages of one shop share one queue: one of them sends, all of them show it.

export class Tabs {
  /**
   * @param {string} name of the queue
   * @param {{onChange: (removed: string|null) => void, onLead: () => void}}
   *     told removed: a photo that another page took away; onLead: this page is
   *     the one that sends
   */
  constructor(name, told) {
    this.name = name;
    this.told = told;
    this.leads = false;
    /** @type {BroadcastChannel|null} */
    this.channel = null;
    /** @type {() => void} */
    this.release = () => {};
  }

  start() {
    if (typeof BroadcastChannel !== 'undefined') {
      this.channel = new BroadcastChannel(this.name);
      this.channel.onmessage = ({data}) =>
        this.told.onChange(data && data.removed || null);
    }
    const lead = () => {
      this.leads = true;
      this.told.onLead();
    };
    if (!navigator.locks) {  // no secure context: the keys prevent the worst
      lead();
      return;
    }
    // Held until the page ends, and then another one gets it.
    navigator.locks.request(this.name, () => {
      lead();
      return new Promise((resolve) => {
        this.release = () => resolve(undefined);
      });
    }).catch(lead);
  }

  stop() {
    this.leads = false;
    this.release();
    if (this.channel) this.channel.close();
    this.channel = null;
  }

  /** @param {string|null} removed a photo that is no more */
  tell(removed = null) {
    if (this.channel) this.channel.postMessage({removed});
  }
}
