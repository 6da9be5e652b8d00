/**
 * Resources that close together, the last one opened first: the part of AsyncDisposableStack that
 * is used here, which Node has from version 24 on.
 */
export class DisposalStack implements AsyncDisposable {
  private readonly opened: AsyncDisposable[] = [];

  /** Closes `resource` with the others, and returns it. */
  use<Resource extends AsyncDisposable>(resource: Resource): Resource {
    this.opened.push(resource);
    return resource;
  }

  /**
   * Closes everything, in reverse order, once. A resource that fails to close does not keep the
   * others open; the first failure is thrown at the end.
   */
  async [Symbol.asyncDispose](): Promise<void> {
    const failures: unknown[] = [];
    for (const resource of this.opened.splice(0).reverse()) {
      try {
        await resource[Symbol.asyncDispose]();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
  }
}

/**
 * Opens several resources as one: what `open` puts on the stack closes when the result does, or at
 * once when `open` rejects.
 */
export async function openTogether<Opened extends object>(
  open: (stack: DisposalStack) => Promise<Opened>,
): Promise<Opened & AsyncDisposable> {
  const stack = new DisposalStack();
  try {
    const opened = await open(stack);
    return { ...opened, [Symbol.asyncDispose]: () => stack[Symbol.asyncDispose]() };
  } catch (error) {
    await stack[Symbol.asyncDispose]();
    throw error;
  }
}
