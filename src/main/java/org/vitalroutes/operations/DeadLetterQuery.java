package org.vitalroutes.operations;

import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.vitalroutes.accounts.ApiException;

/**
 * A query for a page of dead letters.
 *
 * @param filter the filter
 * @param state {@code waiting} or a way of settling
 * @param after last id of the previous page; 0 for the first page
 * @param limit maximum number of rows
 */
public record DeadLetterQuery(DeadLetterFilter filter, String state, long after, int limit) {

  private static final Set<String> STATES = Set.of("waiting", "replayed", "discarded", "delivered");
  private static final int LIMIT = 50;
  private static final int MOST = 500;

  /**
   * Reads it from URL parameters.
   *
   * @throws ApiException when a parameter is invalid
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
   * The id of a dead letter from a path.
   *
   * @throws ApiException when the text is not an id
   */
  public static long id(String text) {
    if (!text.matches("[0-9]{1,18}")) {
      throw new ApiException(
          404, "dead_letter_not_found", "Nothing became a dead letter under that id");
    }
    return Long.parseLong(text);
  }

  /**
   * An operator's note for the audit trail; may be empty.
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
