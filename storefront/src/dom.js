// Elements without markup: what comes from outside is only ever text.

/**
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {Record<string, any>} [properties] with "part", "role" and what has a
 *     "-" as attributes
 * @param {...(Node|string)} inside
 * @returns {HTMLElementTagNameMap[T]}
 */
export function make(tag, properties = {}, ...inside) {
  const element = document.createElement(tag);
  for (const name in properties) {
    const value = properties[name];
    if (/-|^(part|role)$/.test(name)) element.setAttribute(name, value);
    else /** @type {any} */ (element)[name] = value;
  }
  element.append(...inside);
  return element;
}

/** Only what is new: a screen reader would read it again. */
export function tell(/** @type {Element} */ element,
                     /** @type {string} */ text) {
  if (element.textContent !== text) element.textContent = text;
}
