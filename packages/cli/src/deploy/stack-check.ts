export interface StackCheck {
  /** Why the stack is not what was sent; undefined where it is. */
  problem?: string | undefined;
  /** Why that is not known. */
  unchecked?: string;
}
