package org.vitalroutes.accounts;

import org.jspecify.annotations.Nullable;

/**
 * Who does something, for the audit trail.
 *
 * @param name a token's {@code sub}, or a name of the service's own
 * @param actingFor the subject for whom a backend acts; null for everybody else
 */
public record Actor(String name, @Nullable String actingFor) {

  /** An actor who does something to a subject's account: the subject, or a backend. */
  public static Actor of(String name, String subject) {
    return new Actor(name, name.equals(subject) ? null : subject);
  }

  /** An actor who acts for nobody else. */
  public static Actor of(String name) {
    return new Actor(name, null);
  }

  /** Contains no name. */
  @Override
  public String toString() {
    return "an actor";
  }
}
