package org.vitalroutes.accounts;

/**
 * Whose data is shown or erased, and on whose wish.
 *
 * @param subject the person, the {@code sub} of their tokens
 * @param actor who does it: the person, or an operator
 * @param note what an operator wants to be remembered; empty when there is nothing
 */
public record Person(String subject, String actor, String note) {

  /** The person who calls. */
  public static Person self(Caller caller) {
    return new Person(caller.subject(), caller.subject(), "");
  }

  /** Names no one. */
  @Override
  public String toString() {
    return "a person";
  }
}
