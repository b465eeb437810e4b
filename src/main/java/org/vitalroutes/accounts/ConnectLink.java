package org.vitalroutes.accounts;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A link by which a person without an account of ours connects. Its token is stored as a hash.
 *
 * @param id ours, no secret
 * @param provider at which the person consents
 * @param subject whose account is connected
 * @param patient the Patient's logical id on the FHIR server, if it was given
 * @param redirectUri where the browser goes afterwards; null for the hosted result page
 * @param state {@code open}, {@code used}, {@code expired} or {@code revoked}
 * @param createdBy who made it: the {@code sub} of a token
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record ConnectLink(
    UUID id,
    @JsonIgnore String provider,
    String subject,
    @Nullable String patient,
    @Nullable String redirectUri,
    String state,
    String createdBy,
    Instant createdAt,
    Instant expiresAt) {

  /** Whether a person can connect with it now. */
  @JsonIgnore
  public boolean isOpen() {
    return state.equals("open");
  }

  /** Contains only our own id. */
  @Override
  public String toString() {
    return "link " + id;
  }

  /**
   * A link that was just made.
   *
   * @param id to list and revoke it by
   * @param url to send to the person; shown this once
   * @param expiresAt when it ends unless it is used
   */
  @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
  public record Created(UUID id, String url, Instant expiresAt) {

    /** Without the URL, which is a secret: it allows to connect. */
    @Override
    public String toString() {
      return "link " + id;
    }
  }
}
