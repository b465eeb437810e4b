package org.vitalroutes.accounts;

/**
 * The person whose data is exported or erased.
 *
 * @param subject the person, the {@code sub} of their tokens
 * @param actor recorded in the audit trail: the person, a backend or an operator
 * @param note an operator's note for the audit trail; may be empty
 */
public record Person(String subject, Actor actor, String note) {

  /** Contains no name. */
  @Override
  public String toString() {
    return "a person";
  }
}
