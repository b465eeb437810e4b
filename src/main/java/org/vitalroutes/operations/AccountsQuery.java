package org.vitalroutes.operations;

import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.vitalroutes.accounts.ApiException;

/**
 * A page of accounts.
 *
 * @param status filter by status; null for any
 * @param patient filter by the state of the Patient; null for any
 * @param subject filter by subject; null for any
 * @param after last id of the previous page; null for the first page
 * @param limit maximum number of rows
 */
public record AccountsQuery(
    @Nullable String status,
    @Nullable String patient,
    @Nullable String subject,
    @Nullable UUID after,
    int limit) {

  private static final Set<String> STATUSES =
      Set.of("connected", "reconnect_required", "disconnected");
  private static final Set<String> PATIENTS = Set.of("matched", "created", "waiting");
  private static final int LIMIT = 50;
  private static final int MOST = 200;

  /**
   * Reads it from URL parameters.
   *
   * @throws ApiException when a parameter is invalid
   */
  public static AccountsQuery of(Map<String, ?> parameters) {
    return new AccountsQuery(
        Inputs.oneOf("status", DeadLetterQuery.text(parameters, "status"), STATUSES),
        Inputs.oneOf("patient", DeadLetterQuery.text(parameters, "patient"), PATIENTS),
        DeadLetterQuery.text(parameters, "subject"),
        Inputs.account(DeadLetterQuery.text(parameters, "after")),
        Inputs.number("limit", DeadLetterQuery.text(parameters, "limit"), LIMIT, MOST));
  }

  /**
   * An account's id from a path.
   *
   * @throws ApiException when the text is not an id
   */
  public static UUID id(String text) {
    try {
      return UUID.fromString(text);
    } catch (IllegalArgumentException e) {
      throw new ApiException(404, "account_not_found", "There is no such account");
    }
  }
}
