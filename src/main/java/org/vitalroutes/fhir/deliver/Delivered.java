package org.vitalroutes.fhir.deliver;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One resource that the FHIR server has.
 *
 * @param key business key
 * @param resourceType {@code Observation} or {@code Device}
 * @param resourceId logical id
 * @param effective when it was measured, or when that began
 * @param until when that ended
 * @param contentHash SHA-256 of its content, in hex
 * @param inError whether it was sent as entered in error
 * @param rowHash as of a {@link Produced}
 * @param status of an Observation; null of anything else, and when it is unknown
 */
public record Delivered(
    String key,
    String resourceType,
    String resourceId,
    Instant effective,
    Instant until,
    String contentHash,
    boolean inError,
    @Nullable String rowHash,
    @Nullable String status) {

  /** The status that events give for a resource that was deleted. */
  private static final String DELETED = "deleted";

  /** A resource whose status is not known. */
  public Delivered(
      String key,
      String resourceType,
      String resourceId,
      Instant effective,
      Instant until,
      String contentHash,
      boolean inError,
      @Nullable String rowHash) {
    this(key, resourceType, resourceId, effective, until, contentHash, inError, rowHash, null);
  }

  /** A resource measured at a moment. */
  public Delivered(
      String key,
      String resourceType,
      String resourceId,
      Instant effective,
      String contentHash,
      boolean inError) {
    this(key, resourceType, resourceId, effective, effective, contentHash, inError, null, null);
  }

  /** The same resource, deleted on the FHIR server. */
  public Delivered gone() {
    return new Delivered(key, resourceType, resourceId, effective, until, "", true, null, DELETED);
  }

  /** Whether it was changed after it had been final, or has come back after it was withdrawn. */
  public boolean isAmended() {
    return "amended".equals(status);
  }

  /** Whether the FHIR server has it no more, so that there is nothing to compare with. */
  public boolean isGone() {
    return inError && contentHash.isEmpty();
  }
}
