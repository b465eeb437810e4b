package org.vitalroutes.operations;

import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.vitalroutes.accounts.ApiException;

/**
 * A page of the dead letters.
 *
 * @param filter which
 * @param state {@code waiting}, or how it was settled
 * @param after the last id of the page before; 0 for the first
 * @param limit most rows
 */
public record DeadLetterQuery(DeadLetterFilter filter, String state, long after, int limit) {

  private static final Set<String> STATES = Set.of("waiting", "replayed", "discarded", "delivered");
  private static final int LIMIT = 50;
  private static final int MOST = 500;

  /**
   * Reads it from the parameters of a URL.
   *
   * @throws ApiException when one cannot be read
   */
  public static DeadLetterQuery of(Map<String, ?> parameters) {
    DeadLetterFilter.Texts texts = field -> text(parameters, field);
    String state = Inputs.oneOf("state", texts.of("state"), STATES);
    return new DeadLetterQuery(
        DeadLetterFilter.of(texts),
        state == null ? "waiting" : state,
        after(texts.of("after")),
        Inputs.number("limit", texts.of("limit"), LIMIT, MOST));
  }

  private static long after(@Nullable String text) {
    if (text == null) {
      return 0;
    }
    if (!text.matches("[0-9]{1,18}")) {
      throw Inputs.refused("invalid_after", "after is the next of the page before");
    }
    return Long.parseLong(text);
  }

  /**
   * The id of a dead letter, from a path.
   *
   * @throws ApiException when it is none
   */
  public static long id(String text) {
    if (!text.matches("[0-9]{1,18}")) {
      throw new ApiException(
          404, "dead_letter_not_found", "Nothing became a dead letter under that id");
    }
    return Long.parseLong(text);
  }

  /**
   * What an operator wants to be remembered; empty when there is nothing.
   *
   * @throws ApiException when it is too long
   */
  public static String note(@Nullable String text) {
    return Inputs.note("note", text);
  }

  static @Nullable String text(Map<String, ?> parameters, String field) {
    Object value = parameters.get(field);
    return value == null || value.toString().isEmpty() ? null : value.toString();
  }
}
