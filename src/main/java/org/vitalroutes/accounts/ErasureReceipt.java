package org.vitalroutes.accounts;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * Receipt of an erasure.
 *
 * @param erasedAt when it was done
 * @param disconnected receipts of the connections that were still open
 * @param erased number of erased rows by table
 * @param renamed rows of the audit trail that were made anonymous
 * @param keptOnFhirServer delivered resources that stay on the FHIR server
 * @see <a href="https://eur-lex.europa.eu/eli/reg/2016/679/oj">GDPR, article 17</a>
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record ErasureReceipt(
    Instant erasedAt,
    List<DisconnectReceipt> disconnected,
    Map<String, Long> erased,
    @JsonProperty("renamed_in_audit") long renamed,
    long keptOnFhirServer) {}
