package io.holdfast.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.CanonicalWriter;
import io.holdfast.CorruptDataException;
import io.holdfast.JobId;
import io.holdfast.Json;
import io.holdfast.Position;
import io.holdfast.RecordKind;
import io.holdfast.contract.TransferSamples.Batch;
import io.holdfast.event.Event;
import io.holdfast.event.EventOrigin;
import io.holdfast.event.RecordedEvent;
import io.holdfast.session.Session;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RecordKindTest {

  @Test
  void every_kind_reads_back_what_it_writes() {
    TransferSamples.batches().forEach(RecordKindTest::requireRoundTrip);
  }

  private static <R> void requireRoundTrip(Batch<R> batch) {
    RecordKind<R> kind = batch.kind();
    for (R record : batch.records()) {
      Json json = kind.encode(record);
      assertThat(kind.decode(json)).as(kind.name()).isEqualTo(record);
      assertThat(kind.canonical(record)).as(kind.name()).isEqualTo(json.canonical());
      assertThat(kind.decode(Json.ofUtf8(json.canonical())))
          .as("%s, from the canonical form", kind.name())
          .isEqualTo(record);
      assertThat(Json.of(json.toString())).as("it is legal JSON").isEqualTo(json);
    }
  }

  @Test
  void an_event_has_one_canonical_form() {
    List<String> names = List.of("a", "\"\\/'", "\u00e9", "\uD83D\uDE00", "x".repeat(200));
    for (String name : names) {
      for (String data : Corpus.LEGAL_JSON) {
        requireOneForm(event(name, new EventOrigin(name, null, name), data));
        requireOneForm(event(name, EventOrigin.UNKNOWN, data));
      }
    }
  }

  private static void requireOneForm(RecordedEvent event) {
    assertThat(RecordedEvent.KIND.canonical(event))
        .isEqualTo(RecordedEvent.KIND.encode(event).canonical());
  }

  /** Whatever was written before: little, much, or something odd. */
  @Test
  void a_writer_that_is_used_again_digests_the_canonical_form() throws NoSuchAlgorithmException {
    CanonicalWriter writer = new CanonicalWriter(16);
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    for (Batch<?> batch : TransferSamples.batches()) {
      requireDigests(batch, writer, digest);
    }
    List<String> documents = new ArrayList<>(Corpus.LEGAL_JSON);
    documents.add("{\"b\":\"" + "x".repeat(200_000) + "\",\"a\":1}");
    documents.add("{\"c\":1,\"a\":{\"y\":2,\"x\":1e2},\"b\":[]}");
    Collections.shuffle(documents, new Random(7));
    List<RecordedEvent> events =
        documents.stream().map(data -> event("job", EventOrigin.UNKNOWN, data)).toList();
    requireDigests(new Batch<>(RecordedEvent.KIND, events), writer, digest);
  }

  private static <R> void requireDigests(
      Batch<R> batch, CanonicalWriter writer, MessageDigest digest) {
    for (R record : batch.records()) {
      byte[] canonical = batch.kind().canonical(record);

      assertThat(batch.kind().digest(record, writer, digest)).isEqualTo(canonical.length);
      byte[] digested = digest.digest();

      assertThat(digested).as("%s", record).isEqualTo(digest.digest(canonical));
    }
  }

  private static RecordedEvent event(String name, EventOrigin origin, String data) {
    return new RecordedEvent(
        new Position("7"),
        new JobId(name),
        1,
        new Event(name, Json.of(data), origin, Instant.EPOCH));
  }

  @Test
  void documents_inside_a_record_are_not_touched() {
    for (String text : Corpus.LEGAL_JSON) {
      Session session = TransferSamples.session(1, 1);
      Session changed = session.withDetails(session.details().withData(Json.of(text)));
      Json data = Session.KIND.decode(Session.KIND.encode(changed)).details().data();

      assertThat(data).as("to the letter").hasToString(text.strip());
    }
  }

  @Test
  void no_two_records_are_equal_in_the_order_of_their_kind() {
    TransferSamples.batches().forEach(RecordKindTest::requireStrictOrder);
  }

  private static <R> void requireStrictOrder(Batch<R> batch) {
    List<R> records = batch.records();
    for (int i = 1; i < records.size(); i++) {
      assertThat(batch.kind().order().compare(records.get(i - 1), records.get(i)))
          .as("%s %s", batch.kind().name(), i)
          .isNegative();
    }
  }

  @Test
  void keys_and_names_tell_records_apart() {
    for (Batch<?> batch : TransferSamples.batches()) {
      assertThat(keys(batch)).as(batch.kind().name()).doesNotHaveDuplicates();
    }
    assertThat(TransferSamples.batches())
        .extracting(batch -> batch.kind().name())
        .doesNotHaveDuplicates();
  }

  private static <R> List<String> keys(Batch<R> batch) {
    return batch.records().stream().map(batch.kind()::key).toList();
  }

  @Test
  void what_is_no_record_is_corrupt() {
    for (Batch<?> batch : TransferSamples.batches()) {
      for (String text : List.of("{}", "[]", "1", "null", "{\"id\":7}", "{\"job\":null}")) {
        assertThatThrownBy(() -> batch.kind().decode(Json.of(text)))
            .as("%s of %s", batch.kind().name(), text)
            .isInstanceOf(CorruptDataException.class);
      }
    }
  }

  @Test
  void a_record_that_lost_a_member_or_has_one_of_another_type_is_corrupt() {
    for (Batch<?> batch : TransferSamples.batches()) {
      requireCorruptWhenDamaged(batch);
    }
  }

  private static <R> void requireCorruptWhenDamaged(Batch<R> batch) {
    String text = batch.kind().encode(batch.records().get(0)).toString();
    assertThatThrownBy(() -> batch.kind().decode(Json.of(text.replaceFirst(":\"", ":7,\"x\":\""))))
        .as(text)
        .isInstanceOf(CorruptDataException.class);
    assertThatThrownBy(
            () ->
                batch
                    .kind()
                    .decode(
                        Json.ofStored(
                            text.substring(0, text.length() / 2).getBytes(StandardCharsets.UTF_8))))
        .as("cut off: %s", text)
        .isInstanceOf(CorruptDataException.class);
  }
}
