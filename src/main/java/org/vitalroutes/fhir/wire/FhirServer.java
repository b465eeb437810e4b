package org.vitalroutes.fhir.wire;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the FHIR server's CapabilityStatement has shown. Nothing is sent before it shows a version
 * and the interactions that are needed. It is read again after a failed call and every hour, as a
 * server may be upgraded.
 */
public final class FhirServer {

  static final Duration EVERY = Duration.ofHours(1);

  /** Between two tries while nothing may be sent. */
  static final Duration AGAIN = Duration.ofSeconds(5);

  /** Before a server that refused our ids is tried again: its administrator has to change it. */
  static final Duration AFTER_REFUSED_IDS = Duration.ofMinutes(5);

  private final @Nullable FhirVersion wanted;
  private final Clock clock;

  private @Nullable FhirVersion accepted;
  private @Nullable FhirVersion stated;
  private @Nullable String problem = "its CapabilityStatement is not read yet";
  private boolean wrong;
  private Instant nextAt = Instant.MIN;

  /**
   * Of a server that was not read yet.
   *
   * @param wanted the version it has to have; null when it may be any of ours
   */
  public FhirServer(@Nullable FhirVersion wanted, Clock clock) {
    this.wanted = wanted;
    this.clock = clock;
  }

  /** Whether its CapabilityStatement has to be read now. */
  public synchronized boolean isDue() {
    return !clock.instant().isBefore(nextAt);
  }

  /** Records what its CapabilityStatement says. */
  public synchronized void record(Capabilities capabilities) {
    stated = capabilities.version().orElse(stated);
    problem = refusal(capabilities).orElse(null);
    wrong = problem != null;
    accepted = wrong ? null : capabilities.version().orElseThrow();
    nextAt = clock.instant().plus(wrong ? AGAIN : EVERY);
  }

  /** Records that its CapabilityStatement could not be read. */
  public synchronized void recordFailure(String said) {
    wrong = false;
    accepted = null;
    problem = said;
    nextAt = clock.instant().plus(AGAIN);
  }

  /**
   * Records that it refused a resource because of an id of ours, which no statement of HAPI tells.
   */
  public synchronized void recordRefusedIds() {
    wrong = true;
    accepted = null;
    problem =
        "it takes no resource under an id that a client chose; on HAPI, set client_id_strategy to"
            + " ALPHANUMERIC";
    nextAt = clock.instant().plus(AFTER_REFUSED_IDS);
  }

  /**
   * Has the CapabilityStatement read again at the next check, as the server may have been upgraded.
   */
  public synchronized void mayHaveChanged() {
    if (accepted != null) {
      nextAt = Instant.MIN;
    }
  }

  private Optional<String> refusal(Capabilities capabilities) {
    return refusalOfVersion(capabilities)
        .or(
            () ->
                capabilities.lacking().isEmpty()
                    ? Optional.empty()
                    : Optional.of(
                        "it does not offer " + String.join(", ", capabilities.lacking())));
  }

  private Optional<String> refusalOfVersion(Capabilities capabilities) {
    Optional<FhirVersion> version = capabilities.version();
    if (version.isEmpty()) {
      return Optional.of(
          "it speaks FHIR " + capabilities.number() + ", which is none of 4.0, 4.3 and 5.0");
    }
    return wanted == null || version.get() == wanted
        ? Optional.empty()
        : Optional.of(
            "it speaks FHIR %s (%s), and FHIR_VERSION is %s"
                .formatted(version.get(), capabilities.number(), wanted));
  }

  /**
   * Whether nothing may be sent because of what the server is, by this statement or the last one.
   */
  public synchronized boolean isWrong(Capabilities versionOnly) {
    return wrong || refusalOfVersion(versionOnly).isPresent();
  }

  /** The version to send; empty while nothing may be sent. */
  public synchronized Optional<FhirVersion> version() {
    return Optional.ofNullable(accepted);
  }

  /** The version to read in: the last that it stated, whether or not anything may be sent. */
  public synchronized FhirVersion stated() {
    if (stated != null) {
      return stated;
    }
    return wanted == null ? FhirVersion.R5 : wanted;
  }

  /** Why nothing may be sent, in words without secrets; null when it may. */
  public synchronized @Nullable String problem() {
    return problem;
  }

  /** When its CapabilityStatement is read next. */
  public synchronized Instant nextAt() {
    return nextAt.equals(Instant.MIN) ? clock.instant() : nextAt;
  }
}
