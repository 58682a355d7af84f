"use client";

import { useEffect, useRef, useState } from "react";
import { useSubmit } from "@/components/use-submit";
import type { ImportChoices, ImportReport, ImportSource } from "@/lib/import/schema";
import { planImportAction, runImportAction } from "./actions";
import classes from "./import.module.css";
import { ReportView } from "./report-view";
import { ReviewPlan } from "./review-plan";
import { SourceForm } from "./source-form";

const steps = ["Where from", "Look it over", "Done"];
const unreachable = "Flowlatch could not be reached. Check your connection and try again.";
const unknownEnd =
  "No answer came back, so the import may have happened. Look at the keys, or import again: what was imported before is left as it is.";

interface Props {
  /** The Flowise servers that are connected already. */
  servers: { id: string; name: string }[];
  /** Whether this operator may connect another. */
  canConnect: boolean;
}

/** Three steps: where from, what it will do, what it did. What was typed stays until it is done. */
export function ImportSteps({ servers, canConnect }: Props) {
  // With a Flowise key or tokens in it: nowhere but in memory, and gone with the page.
  const source = useRef<ImportSource | null>(null);
  const [plan, setPlan] = useState<ImportReport | null>(null);
  const [report, setReport] = useState<ImportReport | null>(null);
  const planning = useSubmit<ImportReport>(unreachable, setPlan);
  const running = useSubmit<ImportReport>(unknownEnd, (done) => {
    source.current = null;
    setReport(done);
  });
  const step = report ? 2 : plan ? 1 : 0;

  const top = useRef<HTMLElement>(null);
  const shown = useRef(step);
  useEffect(() => {
    if (shown.current === step) return;
    shown.current = step;
    top.current?.focus();
  }, [step]);

  function look(given: ImportSource) {
    source.current = given;
    planning.submit(() => planImportAction({ source: given }));
  }

  function run(choices: ImportChoices) {
    const given = source.current;
    if (given) running.submit(() => runImportAction({ source: given, choices }));
  }

  function startOver() {
    setPlan(null);
    setReport(null);
  }

  return (
    <section ref={top} tabIndex={-1} className={classes.steps} aria-label={`Step ${step + 1}: ${steps[step]}`}>
      <ol className={classes.progress} aria-label="Steps">
        {steps.map((label, place) => (
          <li key={label} aria-current={place === step ? "step" : undefined} data-done={place < step || undefined}>
            <span className={classes.number} aria-hidden="true">
              {place + 1}
            </span>
            {label}
          </li>
        ))}
      </ol>
      {!report && (
        <div hidden={step !== 0}>
          <SourceForm
            servers={servers}
            canConnect={canConnect}
            failure={planning.failure}
            onFailure={planning.setFailure}
            isPending={planning.isPending}
            onSubmit={look}
          />
        </div>
      )}
      {plan && !report && (
        <ReviewPlan
          plan={plan}
          failure={running.failure}
          isPending={running.isPending}
          onBack={() => {
            running.setFailure(null);
            setPlan(null);
          }}
          onRun={run}
        />
      )}
      {report && <ReportView report={report} onAgain={startOver} />}
    </section>
  );
}
