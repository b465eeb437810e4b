package org.vitalroutes.fhir;

import java.time.Instant;
import org.hl7.fhir.r5.model.Enumerations.ObservationStatus;
import org.hl7.fhir.r5.model.Observation;
import org.hl7.fhir.r5.model.Resource;
import org.jspecify.annotations.Nullable;

/**
 * A resource to deliver.
 *
 * @param key the business key that its id is computed from
 * @param effective when it was measured, or when that began; for a device, when it last measured in
 *     this page
 * @param unlessKnown whether it is only to be sent when nothing was delivered under its key
 * @param held whether it may be another person's, and waits for an operator to release it
 * @param rowHash of what its row alone became, when more than the row was fetched for it; null when
 *     there was no more, or it is still to come
 */
public record Produced(
    String key,
    Instant effective,
    Resource resource,
    boolean unlessKnown,
    boolean held,
    @Nullable String rowHash) {

  /** The method of data that an operator attributed to this person. */
  private static final String CONFIRMED_OWNER =
      "Taken by a device that several people use; confirmed to be this person's";

  public Produced(String key, Instant effective, Resource resource) {
    this(key, effective, resource, false, false, null);
  }

  /** The logical id of the resource. */
  public String id() {
    return resource.getIdElement().getIdPart();
  }

  /** The end of its period; the same as {@link #effective} for a single moment. */
  public Instant until() {
    return resource instanceof Observation observation
            && observation.hasEffectivePeriod()
            && observation.getEffectivePeriod().hasEnd()
        ? observation.getEffectivePeriod().getEnd().toInstant()
        : effective;
  }

  /** A resource of a row and its details. */
  public static Produced ofDetails(
      String key, Instant effective, Resource resource, String rowHash) {
    return new Produced(key, effective, resource, false, false, rowHash);
  }

  /** An Observation that may be another person's. */
  public static Produced held(String key, Instant effective, Observation observation) {
    return new Produced(key, effective, observation, false, true, null);
  }

  /** The same, whose owner an operator has confirmed: it is final. */
  public Produced released() {
    Observation confirmed = ((Observation) resource).copy();
    confirmed.getMethod().setText(CONFIRMED_OWNER);
    return new Produced(key, effective, confirmed.setStatus(ObservationStatus.FINAL));
  }

  /** The same, which was withdrawn before: what is final is amended. */
  public Produced returned() {
    if (!(resource instanceof Observation observation)
        || observation.getStatus() != ObservationStatus.FINAL) {
      return this;
    }
    return with(observation.copy().setStatus(ObservationStatus.AMENDED));
  }

  /** The same with another state of the resource. */
  public Produced with(Resource other) {
    return new Produced(key, effective, other, unlessKnown, held, rowHash);
  }

  /** A resource that others refer to; another reply may have described it in more detail. */
  public static Produced unlessKnown(String key, Instant effective, Resource resource) {
    return new Produced(key, effective, resource, true, false, null);
  }
}
