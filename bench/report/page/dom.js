// SPDX-License-Identifier: BSL-1.0

// Making elements of the page. Texts from the results only ever become text.

// An element with attributes and children; a function among the attributes listens.
function el(tag, attributes, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes || {})) {
        if (typeof value === "function")
            element.addEventListener(name, value);
        else if (value !== null && value !== undefined)
            element.setAttribute(name, value);
    }
    fill(element, ...children);
    return element;
}

// As `el`, for what is drawn anew with every change: the key keeps the keyboard's focus.
function key_button(key, attributes, ...children) {
    return el("button", {type: "button", "data-key": key, ...attributes}, ...children);
}

// Puts children in place of what was there; null is none.
function fill(element, ...children) {
    element.replaceChildren(...children.filter(child => child !== null));
}

// What is drawn anew loses the keyboard's focus; it goes to the element of the same key.
function keep_focus(draw) {
    const key = document.activeElement && document.activeElement.dataset.key;
    draw();
    const again = key && document.querySelector(`[data-key="${CSS.escape(key)}"]`);
    if (again && again !== document.activeElement)
        again.focus({preventScroll: true});
}
