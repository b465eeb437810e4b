package org.vitalroutes.fhir.translate;

import org.jspecify.annotations.Nullable;
import org.vitalroutes.sync.FetchRequest;

/**
 * A page of Withings data as FHIR resources.
 *
 * @param fetch the request
 * @param nextOffset of the next page; null after the last
 * @param translation the resources
 */
public record TranslatedPage(
    FetchRequest fetch, @Nullable Long nextOffset, Translation translation) {

  /** Names the request only: the rest is health data. */
  @Override
  public String toString() {
    return "TranslatedPage[" + fetch.request().id() + "]";
  }
}
