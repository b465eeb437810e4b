package org.vitalroutes.accounts;

import org.jspecify.annotations.Nullable;

/**
 * The app's session confirms a grant.
 *
 * @param confirmation from the redirect to the app
 * @param state given at the beginning
 */
public record ConfirmationRequest(@Nullable String confirmation, @Nullable String state) {

  /** Says nothing: both are secrets. */
  @Override
  public String toString() {
    return "ConfirmationRequest[…]";
  }
}
