// Keeps photos over a reload: IndexedDB; where a browser forbids it, only as
// long as the page lives. Whatever it refuses, the queue goes on.

/** @typedef {import('./queue_rules.js').Photo} Photo */

const kStore = 'photos';

export class Vault {
  /** @param {string} name one for each server */
  constructor(name) {
    this.name = name;
    /** @type {Promise<IDBDatabase|null>|null} */
    this.opened = null;
    /** Whether the last write is on the disk. */
    this.keeps = true;
  }

  open() {
    return this.opened ??= new Promise((resolve) => {
      try {
        const request = indexedDB.open(this.name, 1);
        request.onupgradeneeded = () =>
          request.result.createObjectStore(kStore, {keyPath: 'id'});
        request.onsuccess = () => resolve(request.result);
        request.onerror = request.onblocked = () => resolve(null);
      } catch {
        resolve(null);
      }
    });
  }

  /**
   * @template T
   * @param {IDBTransactionMode} mode
   * @param {(store: IDBObjectStore) => IDBRequest<T>} work
   * @returns {Promise<T|null>} null: nothing was done
   */
  async run(mode, work) {
    const database = await this.open();
    return new Promise((resolve) => {
      try {
        if (!database) throw new Error('closed');
        const transaction = database.transaction(kStore, mode);
        const request = work(transaction.objectStore(kStore));
        transaction.oncomplete = () => resolve(request.result);
        transaction.onerror = transaction.onabort = () => resolve(null);
      } catch {
        resolve(null);
      }
    });
  }

  /** @returns {Promise<Photo[]>} */
  async all() {
    return await this.run('readonly', (store) => store.getAll()) || [];
  }

  /** @param {Photo} photo */
  async put(photo) {
    this.keeps = await this.run('readwrite', (s) => s.put(photo)) !== null;
  }

  /** @param {string} id */
  async remove(id) {
    await this.run('readwrite', (store) => store.delete(id));
  }
}
