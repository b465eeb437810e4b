package org.vitalroutes.fhir.wire;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is known of the FHIR server: nothing is sent to it before its CapabilityStatement has said
 * that it is one we can write to. Read again after a failed call, and every hour, as the server may
 * have been upgraded meanwhile.
 */
public final class FhirServer {

  static final Duration EVERY = Duration.ofHours(1);

  /** Between two tries while nothing may be sent. */
  static final Duration AGAIN = Duration.ofSeconds(5);

  private final @Nullable FhirVersion wanted;
  private final Clock clock;

  private @Nullable FhirVersion accepted;
  private @Nullable FhirVersion spoken;
  private @Nullable String problem = "its CapabilityStatement is not read yet";
  private boolean wrong;
  private Instant nextAt = Instant.MIN;

  /**
   * Nothing is known yet.
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

  /** Its CapabilityStatement was read. */
  public synchronized void is(Capabilities capabilities) {
    spoken = capabilities.version().orElse(spoken);
    problem = refusal(capabilities).orElse(null);
    wrong = problem != null;
    accepted = wrong ? null : capabilities.version().orElseThrow();
    nextAt = clock.instant().plus(wrong ? AGAIN : EVERY);
  }

  /** It could not be read. */
  public synchronized void isNotRead(String said) {
    wrong = false;
    accepted = null;
    problem = said;
    nextAt = clock.instant().plus(AGAIN);
  }

  /** It may be another than it was, and is read again before long. */
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

  /** Whether it is, or was when it was read, one that we cannot write to. */
  public synchronized boolean isWrong(Capabilities versionOnly) {
    return wrong || refusalOfVersion(versionOnly).isPresent();
  }

  /** The version to send; empty while nothing may be sent. */
  public synchronized Optional<FhirVersion> version() {
    return Optional.ofNullable(accepted);
  }

  /** The version to read it in: what it said last, whether or not it may be sent to. */
  public synchronized FhirVersion spoken() {
    if (spoken != null) {
      return spoken;
    }
    return wanted == null ? FhirVersion.R5 : wanted;
  }

  /** Why nothing may be sent, in words without secrets; null when it may. */
  public synchronized @Nullable String problem() {
    return problem;
  }

  /** When it is read next. */
  public synchronized Instant nextAt() {
    return nextAt.equals(Instant.MIN) ? clock.instant() : nextAt;
  }
}
