package org.vitalroutes.operations;

import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.vitalroutes.accounts.ApiException;

/**
 * A page of accounts.
 *
 * @param status filter by status; null for any
 * @param patient filter by the state of the Patient; null for any
 * @param subject filter by subject; null for any
 * @param id the account with this id alone, which is found at once; null for any
 * @param search what the account is known by: part of its subject, its Patient, or its Withings
 *     user as an id or as the mark in logs; null for any
 * @param after last id of the previous page; null for the first page
 * @param limit maximum number of rows
 */
public record AccountsQuery(
    @Nullable String status,
    @Nullable String patient,
    @Nullable String subject,
    @Nullable UUID id,
    @Nullable String search,
    @Nullable UUID after,
    int limit) {

  private static final Set<String> STATUSES =
      Set.of("connected", "reconnect_required", "disconnected");
  private static final Set<String> PATIENTS = Set.of("matched", "created", "waiting");
  private static final Pattern UUID_FORM =
      Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
  private static final int LIMIT = 50;
  private static final int MOST = 200;

  /**
   * Reads it from URL parameters.
   *
   * @throws ApiException when a parameter is invalid
   */
  public static AccountsQuery of(Map<String, ?> parameters) {
    String search = DeadLetterQuery.text(parameters, "search");
    boolean isId = search != null && UUID_FORM.matcher(search).matches();
    return new AccountsQuery(
        Inputs.oneOf("status", DeadLetterQuery.text(parameters, "status"), STATUSES),
        Inputs.oneOf("patient", DeadLetterQuery.text(parameters, "patient"), PATIENTS),
        DeadLetterQuery.text(parameters, "subject"),
        isId ? UUID.fromString(search) : null,
        isId ? null : search,
        Inputs.account(DeadLetterQuery.text(parameters, "after")),
        Inputs.number("limit", DeadLetterQuery.text(parameters, "limit"), LIMIT, MOST));
  }

  /**
   * The moment from which a page of older values goes on.
   *
   * @throws ApiException when it is no moment
   */
  public static @Nullable Instant before(@Nullable String text) {
    return Inputs.moment("before", text);
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
