package org.vitalroutes.accounts;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The Patient on the FHIR server to which an account's data belongs.
 *
 * @param reference null while the account waits for it
 * @param state {@code matched}, {@code created} or {@code waiting}
 * @param reason why it waits; null when it does not wait or has not been searched yet
 */
public record AccountPatient(
    @JsonProperty("reference") @Nullable String reference,
    @JsonProperty("state") String state,
    @JsonProperty("reason") @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String reason) {

  private static final Pattern LOGICAL_ID = Pattern.compile("(?!\\.{1,2}$)[A-Za-z0-9.-]{1,64}");

  /** Whether a text is a logical id of FHIR that stays one as a part of a URL. */
  public static boolean isLogicalId(@Nullable String id) {
    return id != null && LOGICAL_ID.matcher(id).matches();
  }

  /** Why an account waits. */
  public enum Reason {
    NO_MATCH,
    SEVERAL_MATCHES;

    /** As it is stored and shown. */
    public String code() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Found on the FHIR server. */
  public static AccountPatient matched(String patientId) {
    return new AccountPatient("Patient/" + patientId, "matched", null);
  }

  /** Not found, or not for sure. */
  public static AccountPatient waiting(Reason reason) {
    return new AccountPatient(null, "waiting", reason.code());
  }
}
