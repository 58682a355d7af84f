"use client";

import { Button } from "@mantine/core";
import { useState } from "react";
import type { Limit, LimitState } from "@/lib/api-keys/limits";
import { Card } from "./card";
import classes from "./key.module.css";
import { LimitMeter } from "./limit-meter";
import { LimitsForm } from "./limits-form";

interface Props {
  id: string;
  limits: Limit[];
  /** What is left of each now. */
  states: LimitState[];
  canWrite: boolean;
}

const titleId = "key-limits";
const editId = "edit-limits";

/** How many calls the key may make, what is left of them, and the form that changes it. */
export function LimitsCard({ id, limits, states, canWrite }: Props) {
  const [isEditing, setIsEditing] = useState(false);
  const edit = canWrite && !isEditing && (
    <Button id={editId} variant="default" size="xs" onClick={() => setIsEditing(true)}>
      {limits.length === 0 ? "Add limits" : "Edit limits"}
    </Button>
  );
  return (
    <Card titleId={titleId} title="Limits" action={edit}>
      {isEditing ? (
        <LimitsForm id={id} limits={limits} title={titleId} next={editId} onClose={() => setIsEditing(false)} />
      ) : limits.length === 0 ? (
        <p className={classes.hint}>None: this key may make as many calls as its callers like.</p>
      ) : (
        <ul className={classes.meters}>
          {states.map((state) => (
            <LimitMeter key={state.kind + state.per} state={state} />
          ))}
        </ul>
      )}
    </Card>
  );
}
